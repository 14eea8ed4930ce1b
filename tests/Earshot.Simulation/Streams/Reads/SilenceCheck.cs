using Earshot.JetStream;

namespace Earshot.Simulation.Streams.Reads;

/// <summary>
/// A read whose consumer sends nothing, neither messages nor heartbeats, must notice it within two heartbeats: its state changes, or an event says
/// so. Looks at the consumer of one application, whose reads come one after another.
/// </summary>
internal sealed class SilenceCheck(StreamContext context, Func<string, bool> serves)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_delivery = TimeSpan.FromSeconds(3); // of what was sent before, and of the pull

    private string _consumer = "";
    private INatsJSConsume<byte[]>? _read;
    private TimeSpan _heartbeat;
    private TimeSpan _since; // when it was served last, or was not to be
    private bool _waits;
    private int _number;
    private int _sessions; // that had ended: the next one begins to wait again, also when it follows before the next look

    public void Begin(string consumer, INatsJSConsume<byte[]> read, TimeSpan heartbeat)
    {
        (_consumer, _read, _heartbeat, _since) = (consumer, read, heartbeat, Now);
        if (consumer != StreamPlan.Shared)
        {
            Look(++_number);
        }
    }

    public void End() => _read = null;

    /// <summary>The application waits for the next message.</summary>
    public void Waits() => (_waits, _since) = (true, Now);

    public void Received() => _waits = false;

    private TimeSpan Now => context.Client.Scheduler.Now;

    private void Look(int number) => context.Client.Scheduler.After(s_interval, context.Client.Actor, () =>
    {
        if (_read is not { } read || number != _number)
        {
            return;
        }

        bool shouldNotice = _waits && read.State is NatsJSConsumeState.Asking or NatsJSConsumeState.Flowing && !serves(_consumer)
            && context.Connection.ConnectionState == NatsConnectionState.Open && context.Sight.Mentioned(_consumer) is var said && !(said > _since);
        bool begins = context.Sight.Sessions != _sessions;
        _sessions = context.Sight.Sessions;
        if (!shouldNotice || begins || Now - context.Client.Actor.PausedUntil < s_interval * 2)
        {
            _since = Now;
        }
        else if (Now - _since > (2 * _heartbeat) + s_delivery)
        {
            context.Report("read-not-silent", $"the read of {_consumer} is {read.State}, and its consumer has sent nothing for {(Now - _since).TotalSeconds:F1} s");
            return;
        }

        Look(number);
    });
}
