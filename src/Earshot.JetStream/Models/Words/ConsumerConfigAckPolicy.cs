namespace Earshot.JetStream;

/// <summary>Specifies which messages of a consumer must be acknowledged.</summary>
public enum ConsumerConfigAckPolicy
{
    /// <summary>A value that this version does not define, from a newer server. It is preserved when the configuration is sent back.</summary>
    Unknown = -1,

    /// <summary>Each message must be acknowledged.</summary>
    Explicit = 0,

    /// <summary>An ack also acknowledges all earlier messages.</summary>
    All = 1,

    /// <summary>Messages need no ack.</summary>
    None = 2,

    /// <summary>Answers to flow control requests acknowledge messages (since server 2.14).</summary>
    FlowControl = 3,
}
