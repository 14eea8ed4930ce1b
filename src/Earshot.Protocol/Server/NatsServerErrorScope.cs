namespace Earshot;

/// <summary>The scope that an error of the server concerns.</summary>
public enum NatsServerErrorScope
{
    /// <summary>The error concerns the whole connection.</summary>
    Connection,

    /// <summary>The error concerns one subscription.</summary>
    Subscription,

    /// <summary>The error concerns one published message.</summary>
    Message,
}
