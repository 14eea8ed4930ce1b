namespace Earshot.JetStream.Consuming;

/// <summary>A read of a pull consumer with a handle.</summary>
internal sealed class ConsumeRun<T>(ReadCall<T> call, PullReader<T> reader) : ReadHandle<T>(reader.Engine, reader, call.Reporter, call.DrainsAtStop)
{
    /// <summary>Starts the read.</summary>
    public ConsumeRun(ReadCall<T> call)
        : this(call, call.Start())
    {
    }

    public override NatsJSConsumeState State => reader.Engine.Locked(static machine => machine switch
    {
        { Phase: PullPhase.Lost } => NatsJSConsumeState.Lost,
        { IsOver: true } => NatsJSConsumeState.Ended,
        { Phase: PullPhase.Stopping } => NatsJSConsumeState.Stopping,
        { Phase: PullPhase.Suspended } => NatsJSConsumeState.Suspended,
        { Phase: PullPhase.Doubtful } or { IsStalled: true } => NatsJSConsumeState.Stalled,
        { Phase: PullPhase.Flowing } => NatsJSConsumeState.Flowing,
        _ => NatsJSConsumeState.Asking,
    });

    public override NatsJSConsumeCounts Counts => reader.Engine.Locked(static machine => new NatsJSConsumeCounts(
        machine.Amounts.Outstanding,
        Math.Max(0, machine.Amounts.BufferedMsgs),
        machine.Amounts.ReceivedMsgs,
        machine.Amounts.ReceivedBytes,
        machine.Epoch));
}
