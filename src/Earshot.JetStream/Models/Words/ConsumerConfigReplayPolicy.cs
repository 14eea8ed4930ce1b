namespace Earshot.JetStream;

/// <summary>Specifies the speed at which a consumer delivers messages.</summary>
public enum ConsumerConfigReplayPolicy
{
    /// <summary>A value that this version does not define, from a newer server. It is preserved when the configuration is sent back.</summary>
    Unknown = -1,

    /// <summary>As fast as possible.</summary>
    Instant = 0,

    /// <summary>At the rate at which the messages were stored.</summary>
    Original = 1,
}
