namespace Earshot.Fleet.Shipping;

/// <summary>What became of an attempt to write a batch.</summary>
internal enum WriteResult
{
    /// <summary>It is in the outbound buffer of an open session.</summary>
    Written,
    /// <summary>There is no session, or no space that does not belong to the application.</summary>
    NotNow,
    /// <summary>The server takes no message of this size any more.</summary>
    TooLarge,
}
