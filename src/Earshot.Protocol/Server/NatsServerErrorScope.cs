namespace Earshot;

/// <summary>How much an error of the server concerns.</summary>
public enum NatsServerErrorScope
{
    /// <summary>The whole connection.</summary>
    Connection,

    /// <summary>One subscription.</summary>
    Subscription,

    /// <summary>One published message.</summary>
    Message,
}
