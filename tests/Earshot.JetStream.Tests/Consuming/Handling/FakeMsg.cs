namespace Earshot.JetStream.Tests.Consuming;

/// <summary>A message without a connection, which records its acks as texts. Contains no assertions.</summary>
internal sealed class FakeMsg(string data, Action<string> acknowledged, ulong delivered = 1) : INatsJSMsg<string>
{
    public string Subject => "s";

    public int Size => 1;

    public string? Data => data;

    public NatsHeaders? Headers => null;

    public INatsConnection? Connection => null;

    /// <summary>The exception of a message that is defective itself.</summary>
    public Exception? Defect { get; init; }

    public NatsJSMsgMetadata? Metadata => Defect is not null ? throw Defect : new NatsJSMsgMetadata(new NatsJSSequencePair(1, 1), delivered, 0, default, "S", "C", "");

    public string? ReplyTo => null;

    public NatsException? Error { get; init; }

    public void EnsureSuccess()
    {
    }

    public ValueTask ReplyAsync(NatsHeaders? headers = null, string? replyTo = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default) => default;

    public ValueTask AckAsync(AckOpts? opts = null, CancellationToken cancellationToken = default) => Record("ack");

    public ValueTask NakAsync(AckOpts? opts = null, CancellationToken cancellationToken = default) => Record($"nak after {opts?.NakDelay?.TotalSeconds ?? 0} s");

    public ValueTask AckProgressAsync(AckOpts? opts = null, CancellationToken cancellationToken = default) => Record("progress");

    public ValueTask AckTerminateAsync(AckOpts? opts = null, CancellationToken cancellationToken = default) => Record($"term: {opts?.TerminateReason}");

    public async ValueTask<NatsJSAckOutcome> TryAckAsync(AckOpts? opts = null, CancellationToken cancellationToken = default)
    {
        await AckAsync(opts, cancellationToken);
        return NatsJSAckOutcome.Sent;
    }

    private ValueTask Record(string ack)
    {
        acknowledged($"{data} {ack}");
        return default;
    }
}
