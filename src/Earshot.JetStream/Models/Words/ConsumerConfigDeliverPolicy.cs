namespace Earshot.JetStream;

/// <summary>Specifies the message at which a consumer starts.</summary>
public enum ConsumerConfigDeliverPolicy
{
    /// <summary>A value that this version does not define, from a newer server. It is preserved when the configuration is sent back.</summary>
    Unknown = -1,

    /// <summary>The first message of the stream.</summary>
    All = 0,

    /// <summary>The last message of the stream.</summary>
    Last = 1,

    /// <summary>The first message stored after the consumer was created.</summary>
    New = 2,

    /// <summary>The message with the sequence <see cref="ConsumerConfig.OptStartSeq"/>.</summary>
    ByStartSequence = 3,

    /// <summary>The first message stored at or after <see cref="ConsumerConfig.OptStartTime"/>.</summary>
    ByStartTime = 4,

    /// <summary>The last message of each subject.</summary>
    LastPerSubject = 5,
}
