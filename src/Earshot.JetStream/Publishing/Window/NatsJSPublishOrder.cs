namespace Earshot.JetStream;

/// <summary>Specifies which messages a publisher keeps in order.</summary>
public enum NatsJSPublishOrder
{
    /// <summary>No order: a message that is sent again may be stored after newer ones.</summary>
    None = 0,

    /// <summary>
    /// The messages of each subject are stored in the order of the calls: a message is sent when the previous one has its outcome. Its timeout
    /// includes the time behind earlier ones.
    /// </summary>
    PerSubject = 1,
}
