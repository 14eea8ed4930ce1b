namespace Earshot.JetStream.ConsumerGroups;

/// <summary>The exception that is thrown when a consumer group does not exist.</summary>
public sealed class NatsPcgNotFoundException : NatsPcgException
{
    /// <summary>Initializes an exception with a message.</summary>
    /// <param name="message">The message, for people.</param>
    public NatsPcgNotFoundException(string message)
        : base(message)
    {
    }
}
