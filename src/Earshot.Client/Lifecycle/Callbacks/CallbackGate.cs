namespace Earshot.Lifecycle;

/// <summary>
/// One callback of the options, for one connection. It runs on the thread pool, and its caller leaves at the deadline although the
/// callback blocks its thread. A call that outlives its deadline is abandoned. There is never more than one abandoned call beside the
/// current one: while both run nothing is called, and callers wait for one of them until their own deadline.
/// </summary>
/// <param name="callback">Its name in events.</param>
/// <param name="keepsLate">The answer of an abandoned call serves the next caller with the same key; otherwise it is dropped.</param>
internal sealed class CallbackGate<T>(OptionCallback callback, bool keepsLate = false) : ICallbackGate
{
    private Call? _current; // both under this
    private Call? _abandoned;

    public OptionCallback Callback => callback;

    public bool TakeOverdue()
    {
        lock (this)
        {
            // By the deadline itself: who waits above this gate may have left a moment before its own caller does.
            bool isOverdue = false;
            foreach (Call? call in (ReadOnlySpan<Call?>)[_current, _abandoned])
            {
                if (call is { IsReported: false, Answer.IsCompleted: false, Deadline.IsCancellationRequested: true })
                {
                    isOverdue = call.IsReported = true;
                }
            }

            return isOverdue;
        }
    }

    /// <summary>Calls the callback and waits for its answer until <paramref name="deadline"/> is cancelled.</summary>
    /// <exception cref="OperationCanceledException">The deadline has passed. What the callback throws is thrown as it is.</exception>
    public async Task<T> CallAsync(object? key, Func<ValueTask<T>> ask, CancellationToken deadline)
    {
        while (true)
        {
            deadline.ThrowIfCancellationRequested();
            Call? mine = Enter(new Call(key, deadline), ask, out Call? late, out Task others);
            if (mine is not null)
            {
                return await AnswerAsync(mine, late, deadline).ConfigureAwait(false);
            }

            await others.WaitAsync(deadline).ConfigureAwait(false);
        }
    }

    // The call to wait for, and an abandoned one that may answer for it; null: there is no room, and others tells when to try again.
    private Call? Enter(Call wanted, Func<ValueTask<T>> ask, out Call? late, out Task others)
    {
        object? key = wanted.Key;
        lock (this)
        {
            (late, others) = (null, Task.CompletedTask);
            if ((TakeDone(ref _current, key) ?? TakeDone(ref _abandoned, key)) is { } done)
            {
                return done;
            }

            if (_current is { IsAbandoned: true } && _abandoned is null)
            {
                (_abandoned, _current) = (_current, null);
            }

            if (_current is null)
            {
                late = keepsLate && Equals(_abandoned?.Key, key) ? _abandoned : null;
                wanted.Begin(ask);
                return _current = wanted;
            }

            others = _current.IsAbandoned ? Task.WhenAny(_current.Answer, _abandoned!.Answer) : Task.WhenAny(_current.Left, _current.Answer);
            return null;
        }
    }

    // Makes room where a call has ended, and returns it if it ended too late for its caller and its answer is of use.
    private Call? TakeDone(ref Call? slot, object? key)
    {
        if (slot is not { Answer.IsCompleted: true } done)
        {
            return null;
        }

        slot = null;
        return keepsLate && done is { IsAbandoned: true, Answer.IsCompletedSuccessfully: true } && Equals(done.Key, key) ? done : null;
    }

    private async Task<T> AnswerAsync(Call mine, Call? late, CancellationToken deadline)
    {
        try
        {
            if (late is not null && late != mine)
            {
                await Task.WhenAny(mine.Answer, late.Answer).WaitAsync(deadline).ConfigureAwait(false);
                if (late.Answer.IsCompletedSuccessfully)
                {
                    return await late.Answer.ConfigureAwait(false);
                }
            }

            return await mine.Answer.WaitAsync(deadline).ConfigureAwait(false);
        }
        finally
        {
            Leave(mine);
        }
    }

    private void Leave(Call mine)
    {
        lock (this)
        {
            if (_current == mine && mine.Answer.IsCompleted)
            {
                _current = null;
            }
            else if (_current == mine)
            {
                mine.IsAbandoned = true;
            }
        }

        mine.Leave();
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

        // Nobody may be left to see how it fails.
        private static async Task ObserveAsync(Task answer) => await answer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
