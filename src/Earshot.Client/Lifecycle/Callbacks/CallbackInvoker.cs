namespace Earshot.Lifecycle;

/// <summary>
/// One callback of the options, for one connection. It runs on the thread pool, and its caller leaves at the deadline although the
/// callback blocks its thread. A call that exceeds its deadline is abandoned. There is never more than one abandoned call in addition to
/// the current one: while both run nothing is called, and callers wait for one of them until their own deadline.
/// </summary>
/// <param name="callback">Its name in events.</param>
internal sealed class CallbackInvoker<T>(NatsOptionCallback callback) : ICallbackInvoker
{
    private readonly List<Call> _calls = []; // those without an answer, and answers that came late; under this

    /// <summary>The answer of an abandoned call serves the next caller with the same key; otherwise it is dropped.</summary>
    public bool KeepsLateResult { get; init; }

    /// <summary>Two attempts may call the callback concurrently; otherwise the second waits for the first.</summary>
    public bool IsShared { get; init; }

    /// <summary>Gives back what a dropped answer holds.</summary>
    public Action<T>? Release { get; init; }

    public NatsOptionCallback Callback => callback;

    public bool TakeOverdue()
    {
        lock (_calls)
        {
            // By the deadline itself: who waits above this gate may have left a moment before its own caller does.
            Call[] overdue = [.. _calls.Where(call => call is { IsReported: false, Answer.IsCompleted: false, Deadline.IsCancellationRequested: true })];
            foreach (Call call in overdue)
            {
                call.IsReported = true;
            }

            return overdue.Length > 0;
        }
    }

    /// <summary>Calls the callback and waits for its answer until <paramref name="deadline"/> is cancelled.</summary>
    /// <exception cref="OperationCanceledException">The deadline has passed. What the callback throws is thrown as it is.</exception>
    public async Task<T> CallAsync(object? key, Func<ValueTask<T>> ask, CancellationToken deadline)
    {
        while (true)
        {
            deadline.ThrowIfCancellationRequested();
            if (Enter(new Call(key, deadline), ask, out Call? late, out Task others) is { } mine)
            {
                return await AnswerAsync(mine, late, deadline).ConfigureAwait(false);
            }

            await others.WaitAsync(deadline).ConfigureAwait(false);
        }
    }

    // The call to wait for, and an abandoned one that may answer for it; null: there is no room until one of the others is done.
    private Call? Enter(Call wanted, Func<ValueTask<T>> ask, out Call? late, out Task others)
    {
        lock (_calls)
        {
            (late, others) = (null, Task.CompletedTask);
            Call? done = _calls.Find(call => call is { IsAbandoned: true, Answer.IsCompletedSuccessfully: true } && CanUseResult(call, wanted));
            _calls.RemoveAll(call => call.Answer.IsCompleted);
            if (done is not null)
            {
                return done;
            }

            int abandoned = _calls.Count(call => call.IsAbandoned);
            if (abandoned <= 1 && (IsShared || _calls.Count == abandoned))
            {
                late = _calls.Find(call => call.IsAbandoned && CanUseResult(call, wanted));
                wanted.Begin(ask);
                _calls.Add(wanted);
                return wanted;
            }

            others = Task.WhenAny(_calls.SelectMany(call => (Task[])(call.IsAbandoned ? [call.Answer] : [call.Answer, call.Left])));
            return null;
        }
    }

    private bool CanUseResult(Call call, Call wanted) => KeepsLateResult && Equals(call.Key, wanted.Key);

    private async Task<T> AnswerAsync(Call mine, Call? late, CancellationToken deadline)
    {
        try
        {
            if (late is not null)
            {
                await Task.WhenAny(mine.Answer, late.Answer).WaitAsync(deadline).ConfigureAwait(false);
                if (late.Answer.IsCompletedSuccessfully)
                {
                    Forget(late); // it serves one caller
                    return await late.Answer.ConfigureAwait(false);
                }
            }

            return await mine.Answer.WaitAsync(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (mine.Answer.IsCompletedSuccessfully)
        {
            return await mine.Answer.ConfigureAwait(false); // both simultaneously: the answer may hold something that its caller has to release
        }
        finally
        {
            Leave(mine);
        }
    }

    private void Forget(Call call)
    {
        lock (_calls)
        {
            _calls.Remove(call);
        }
    }

    private void Leave(Call mine)
    {
        lock (_calls)
        {
            if (mine.Answer.IsCompleted)
            {
                _calls.Remove(mine);
            }
            else
            {
                mine.IsAbandoned = true;
            }
        }

        mine.Leave();
        if (mine.IsAbandoned && Release is { } release)
        {
            _ = ReleaseAsync(mine.Answer, release);
        }
    }

    private static async Task ReleaseAsync(Task<T> answer, Action<T> release)
    {
        await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (answer.IsCompletedSuccessfully)
        {
            release(await answer.ConfigureAwait(false));
        }
    }

    private sealed class Call(object? key, CancellationToken deadline)
    {
        private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Task<T>? _answer;

        public object? Key => key;

        public CancellationToken Deadline => deadline;

        public Task<T> Answer => _answer!;

        public bool IsReported { get; set; }

        /// <summary>Completes when its caller has left, with or without an answer.</summary>
        public Task Left => _left.Task;

        public bool IsAbandoned { get; set; }

        public void Begin(Func<ValueTask<T>> ask)
        {
            _answer = RunAsync(ask);
            _ = ObserveAsync(_answer);
        }

        public void Leave() => _left.TrySetResult();

        // Away from the caller first: user code never runs on a loop, and may block its thread.
        private static async Task<T> RunAsync(Func<ValueTask<T>> ask)
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            return await ask().ConfigureAwait(false);
        }

        // Its caller may have left before it fails.
        private static async Task ObserveAsync(Task answer) => await answer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
