using Earshot.Connections;
using Earshot.JetStream.Publishing;
using Earshot.Timing;

namespace Earshot.JetStream.Batches;

/// <summary>
/// Waits for the answer to a commit whose outcome is unknown, for two minutes, and reports it. Keeps the inbox of the batch for that time. Its
/// lock is the object itself; no application code runs under it.
/// </summary>
internal sealed class LateCommit(ConnectionPort port, BatchLink link, BatchReport report, BatchState state) : TimerEntry
{
    /// <summary>The time for which an answer is awaited.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(2);

    private readonly PubAckReader _reader = new();
    private readonly long _since = port.Time.GetTimestamp();
    private bool _isOver;

    /// <summary>Takes over the inbox.</summary>
    /// <param name="elapsed">The time since the first commit.</param>
    public void Start(TimeSpan elapsed)
    {
        port.Timers.Schedule(this, Kept);
        if (!link.TryHandOver(signal => Take(signal, elapsed)))
        {
            port.Timers.Cancel(this); // the connection has ended
        }
    }

    protected override void Fire() => link.Close();

    // On the read loop, except for what had arrived before.
    private void Take(in BatchSignal signal, TimeSpan elapsed)
    {
        if (signal.Kind == BatchSignalKind.ConnectionEnded)
        {
            port.Timers.Cancel(this);
            return;
        }

        UncertainResult result;
        ulong? sequence;
        lock (this)
        {
            if (_isOver || BatchAnswer.Read(_reader, signal, default) is not { } answer || BatchMachine.LateResult(state, answer.Input) is not { } known)
            {
                return;
            }

            (_isOver, result, sequence) = (true, known, known == UncertainResult.LateStored ? answer.Ack?.Seq : null);
        }

        port.Append(report.Event(result, elapsed + port.Time.GetElapsedTime(_since), sequence));
        port.Timers.Schedule(this, TimeSpan.Zero); // the inbox is not removed on the read loop
    }
}
