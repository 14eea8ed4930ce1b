namespace Earshot.JetStream;

/// <summary>Specifies what the server does with a fast batch when a message is lost in flight or is rejected.</summary>
public enum NatsJSFastMode
{
    /// <summary>The batch ends with the message before it. What follows is not stored.</summary>
    Fail = 0,

    /// <summary>The batch continues without the message, which is reported.</summary>
    Ok = 1,
}
