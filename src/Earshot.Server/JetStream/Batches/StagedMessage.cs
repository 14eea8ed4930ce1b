namespace Earshot.Server.JetStream;

/// <summary>A message of an atomic batch that is not complete.</summary>
internal sealed class StagedMessage(byte[] subject, byte[] headers, byte[] payload)
{
    public byte[] Subject => subject;

    public byte[] Headers { get; set; } = headers;

    public byte[] Payload { get; private set; } = payload;

    /// <summary>The message as it was published.</summary>
    public IncomingMessage Incoming => new() { Subject = subject, Headers = Headers, Payload = Payload };

    /// <summary>Its time to live; null: none of its own.</summary>
    public TimeSpan? Life { get; private set; }

    public RollupKind Rollup { get; private set; }

    /// <summary>The message as it is stored.</summary>
    public PendingMessage ToPending() => new(Incoming) { Life = Life, Rollup = Rollup };

    /// <summary>Takes over what the checks have changed.</summary>
    public void Take(in PendingMessage message)
    {
        (Life, Rollup) = (message.Life, message.Rollup);
        Headers = message.Headers == Headers ? Headers : message.Headers.ToArray();
        Payload = message.Payload == Payload ? Payload : message.Payload.ToArray();
    }
}
