namespace Earshot.JetStream;

/// <summary>Specifies what an ordered consumer does when its stream has lost messages that were already read, so that sequences are used again.</summary>
public enum NatsJSRegressionPolicy
{
    /// <summary>The read continues with messages that were stored after the last message that was read, by time.</summary>
    ResumeByTime = 0,

    /// <summary>The read starts again at the position given by its options.</summary>
    Restart,

    /// <summary>The read ends with a <see cref="NatsJSStreamRegressionException"/>.</summary>
    Fail,
}
