namespace Earshot.JetStream;

/// <summary>What an ordered consumer does when its stream has lost messages that were read already, so that sequences are used again.</summary>
public enum NatsJSRegressionPolicy
{
    /// <summary>It continues with what was stored after the last message that was read, by time.</summary>
    ResumeByTime = 0,

    /// <summary>It begins again, as its options say.</summary>
    Restart,

    /// <summary>The read ends with a <see cref="NatsJSException"/>.</summary>
    Fail,
}
