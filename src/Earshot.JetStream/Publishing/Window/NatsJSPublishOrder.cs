namespace Earshot.JetStream;

/// <summary>What a publisher keeps in order.</summary>
public enum NatsJSPublishOrder
{
    /// <summary>Nothing: a message that is sent again may come behind newer ones.</summary>
    None = 0,

    /// <summary>The messages of each subject: the next one leaves when the one before has its outcome.</summary>
    PerSubject = 1,
}
