namespace Earshot.Lifecycle;

/// <summary>
/// One callback of the options, for one connection. It runs on the thread pool, and its caller leaves at the deadline although the
/// callback blocks its thread. A call that outlives its deadline is abandoned; until it returns no other call begins, and callers wait
/// for it until their own deadline, or leave at once where its answer is of no use to them.
/// </summary>
/// <param name="callback">Its name in events.</param>
internal sealed class CallbackGate<T>(OptionCallback callback) : ICallbackGate
{
    private static readonly TimeSpan s_longestKept = TimeSpan.FromSeconds(30);

    private readonly List<Call> _calls = []; // that run, that wait to begin, and whose answer came late; under this
    private int _overdue; // callers that left without a call of their own; this and the next under the same
    private TaskCompletionSource? _changed; // made by who waits for another call to return or to be abandoned

    /// <summary>The answer of an abandoned call serves the next caller with the same key for a while by this clock; null: it is dropped.</summary>
    public TimeProvider? KeepsLateBy { get; init; }

    /// <summary>Two attempts may be in the callback at once, abandoned or not; otherwise the second waits for the first.</summary>
    public bool IsShared { get; init; }

    /// <summary>Callers do not wait for an abandoned call, since there is an answer without the callback.</summary>
    public bool LeavesAtOnce { get; init; }

    /// <summary>Gives back what a dropped answer holds.</summary>
    public Action<T>? Release { get; init; }

    public OptionCallback Callback => callback;

    public bool TakeOverdue()
    {
        lock (_calls)
        {
            // By the deadline itself: who waits above this gate may have left a moment before its own caller does.
            Call[] overdue = [.. _calls.Where(call => call is { IsReported: false, IsAnswered: false, Deadline.IsCancellationRequested: true })];
            foreach (Call call in overdue)
            {
                call.IsReported = true;
            }

            bool any = overdue.Length + _overdue > 0;
            _overdue = 0;
            return any;
        }
    }

    /// <summary>Calls the callback and waits for its answer until <paramref name="deadline"/> is cancelled.</summary>
    /// <exception cref="OperationCanceledException">The deadline has passed. What the callback throws is thrown as it is.</exception>
    /// <exception cref="TimeoutException">An abandoned call is still out, and this gate waits for none.</exception>
    public async Task<T> CallAsync(object? key, Func<ValueTask<T>> ask, CancellationToken deadline)
    {
        var mine = new Call(key, deadline);
        try
        {
            while (true)
            {
                deadline.ThrowIfCancellationRequested();
                if (Enter(mine, ask, out Task changed) is { } answering)
                {
                    return await AnswerAsync(answering, deadline).ConfigureAwait(false);
                }

                await changed.WaitAsync(deadline).ConfigureAwait(false);
            }
        }
        finally
        {
            Leave(mine);
        }
    }

    // The call that answers this caller; null: nothing may be called until something has changed.
    private Call? Enter(Call mine, Func<ValueTask<T>> ask, out Task changed)
    {
        lock (_calls)
        {
            changed = Task.CompletedTask;
            _calls.RemoveAll(call => call.IsAnswered && !IsOfUse(call));
            if (_calls.Find(call => call.IsAnswered && Equals(call.Key, mine.Key)) is { } late)
            {
                _calls.Remove(late); // it serves one caller
                return late;
            }

            Call[] running = [.. _calls.Where(call => call.Answer is { IsCompleted: false })];
            if (LeavesAtOnce && Array.Exists(running, call => call.IsAbandoned))
            {
                throw new TimeoutException($"{callback} has not returned from an earlier call.");
            }

            _calls.Remove(mine);
            _calls.Add(mine);
            if (running.Length < (IsShared ? 2 : 1))
            {
                _ = WatchAsync(mine.Begin(ask, KeepsLateBy));
                return mine;
            }

            changed = (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            return null;
        }
    }

    private bool IsOfUse(Call late) =>
        late is { IsAbandoned: true, Answer.IsCompletedSuccessfully: true } && KeepsLateBy is { } time && time.GetElapsedTime(late.AnsweredAt) < s_longestKept;

    private static async Task<T> AnswerAsync(Call answering, CancellationToken deadline)
    {
        Task<T> answer = answering.Answer!;
        try
        {
            return await answer.WaitAsync(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (answer.IsCompletedSuccessfully)
        {
            return await answer.ConfigureAwait(false); // both at once: the answer may hold something that its caller has to release
        }
    }

    private void Leave(Call mine)
    {
        lock (_calls)
        {
            if (mine.Answer is { IsCompleted: false })
            {
                mine.IsAbandoned = true;
            }
            else if (_calls.Remove(mine) && mine is { Answer: null, IsReported: false, Deadline.IsCancellationRequested: true })
            {
                _overdue++;
            }
        }

        Change();
        if (mine.IsAbandoned && Release is { } release)
        {
            _ = ReleaseAsync(mine.Answer!, release);
        }
    }

    // A call has returned. Its caller may have left before it fails.
    private async Task WatchAsync(Task answer)
    {
        await answer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Change();
    }

    private void Change()
    {
        lock (_calls)
        {
            _changed?.TrySetResult();
            _changed = null;
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
        private long _answeredAt;

        public object? Key => key;

        public CancellationToken Deadline => deadline;

        /// <summary>Null until it has begun.</summary>
        public Task<T>? Answer { get; private set; }

        public bool IsAnswered => Answer is { IsCompleted: true };

        /// <summary>By the clock for late answers; 0 without one.</summary>
        public long AnsweredAt => Volatile.Read(ref _answeredAt);

        public bool IsReported { get; set; }

        public bool IsAbandoned { get; set; }

        public Task Begin(Func<ValueTask<T>> ask, TimeProvider? time) => Answer = RunAsync(ask, time);

        // Away from the caller first: user code never runs on a loop, and may block its thread.
        private async Task<T> RunAsync(Func<ValueTask<T>> ask, TimeProvider? time)
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            T answer = await ask().ConfigureAwait(false);
            Volatile.Write(ref _answeredAt, time?.GetTimestamp() ?? 0);
            return answer;
        }
    }
}
