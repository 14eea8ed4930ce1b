namespace Earshot.JetStream;

/// <summary>Specifies what the server does with a fast batch when a message is lost in flight or is rejected.</summary>
public enum NatsJSFastMode
{
    /// <summary>The batch ends with the message before it. What follows is not stored.</summary>
    Fail = 0,

    /// <summary>
    /// The batch continues without the message, which is reported and not sent again. The acks of the server include such messages, so that the
    /// loss of a report is not noticed. A message that is sent again after the loss of a session may be stored behind later ones.
    /// </summary>
    Ok = 1,
}
