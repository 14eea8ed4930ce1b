namespace Earshot.Fleet.Shipping;

/// <summary>Why a batch was not stored.</summary>
internal enum SendFailure
{
    None,
    /// <summary>The server refused the publish or the subscription of the inbox for lack of permission.</summary>
    Refused,
    /// <summary>No stream listens on the subject.</summary>
    NoStream,
    /// <summary>The stream answered with an error, such as that it is full.</summary>
    Error,
    /// <summary>The stream never takes a message of this size.</summary>
    TooLarge,
    /// <summary>Nothing answered in time.</summary>
    NoAck,
}
