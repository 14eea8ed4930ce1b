using Earshot.JetStream;

namespace Earshot.Simulation.Streams.Reads;

/// <summary>
/// With flow control the server delivers no more than its window before the application has processed what it received, so that the queue of a
/// read is bounded. A new leader and a new session begin with an empty window.
/// </summary>
internal sealed class FlowCheck(StreamContext context, string consumer, bool hasFlow)
{
    private const int Largest = 9_000; // one message with its subjects and headers

    private INatsJSConsume<byte[]>? _read;
    private long _handled;
    private int _windows; // that may have been filled since the queue was empty

    private int Restarts => context.Site.Restarts(consumer) + context.Sight.Sessions;

    public void Begin(INatsJSConsume<byte[]> read) => (_read, _handled, _windows) = (read, 0, Restarts);

    /// <summary>The application has processed a message.</summary>
    public void Handled(INatsJSMsg<byte[]> msg)
    {
        _handled += msg.Size;
        if (!hasFlow || _read is not { } read)
        {
            return;
        }

        long waiting = read.Counts.ReceivedBytes - _handled;
        if (waiting <= 0)
        {
            _windows = Restarts;
        }

        long most = (context.Plan.FlowLimit + (2 * Largest)) * (1 + Restarts - _windows);
        if (waiting > most)
        {
            context.Report("flow-bounded", $"the read of {consumer} has {waiting} bytes that the application has not processed, with a window of {context.Plan.FlowLimit} bytes");
        }
    }
}
