namespace Earshot.Fleet.Tests.Reading;

/// <summary>
/// The system clock for a reader of connections: its time for another answer is over when all servers have answered a question, however long they take, and not before.
/// </summary>
/// <param name="servers">The number of servers.</param>
/// <param name="limit">The time that the reader has for the first answer, by which its timers are known. A question that not all servers answer takes as long.</param>
internal sealed class QuestionTime(int servers, TimeSpan limit) : TimeProvider
{
    private QuestionTimer? _question;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime != limit)
        {
            return timer;
        }

        var question = new QuestionTimer(timer, servers);
        Volatile.Write(ref _question, question);
        return question;
    }

    /// <summary>Counts a server that does not answer the present question.</summary>
    public void CountMute() => Volatile.Read(ref _question)!.Count();

    // It is changed once for each answer that is read.
    private sealed class QuestionTimer(ITimer timer, int servers) : ITimer
    {
        private int _counted;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Count();
            return true;
        }

        public void Count()
        {
            if (Interlocked.Increment(ref _counted) == servers)
            {
                timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
