namespace Earshot.JetStream.Consuming;

/// <summary>A read of a push consumer with a handle.</summary>
internal sealed class PushConsume<T>(PushCall<T> call, PushReader<T> reader) : ReadHandle<T>(reader.Engine, reader, call.Reporter, call.DrainsAtStop)
{
    public override NatsJSConsumeState State => reader.Engine.Locked(static machine => machine switch
    {
        { Phase: PushPhase.Lost } => NatsJSConsumeState.Lost,
        { IsOver: true } => NatsJSConsumeState.Ended,
        { Phase: PushPhase.Stopping } => NatsJSConsumeState.Stopping,
        { Phase: PushPhase.Suspended } => NatsJSConsumeState.Suspended,
        { Phase: PushPhase.Doubtful or PushPhase.Recreating } or { IsStalled: true } => NatsJSConsumeState.Stalled,
        { Phase: PushPhase.Flowing } => NatsJSConsumeState.Flowing,
        _ => NatsJSConsumeState.Asking,
    });

    public override NatsJSConsumeCounts Counts
    {
        get
        {
            int incarnations = reader.Engine.Incarnations;
            PushCounts counts = reader.Engine.Locked(static machine => machine.Counts);
            return new NatsJSConsumeCounts(0, counts.Buffered, counts.Received, counts.ReceivedBytes, incarnations);
        }
    }
}
