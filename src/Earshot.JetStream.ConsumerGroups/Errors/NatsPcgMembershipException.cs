namespace Earshot.JetStream.ConsumerGroups;

/// <summary>The exception that is thrown when a member is not part of its static consumer group.</summary>
public sealed class NatsPcgMembershipException : NatsPcgException
{
    /// <summary>Initializes an exception with a message.</summary>
    /// <param name="message">The message, for people.</param>
    public NatsPcgMembershipException(string message)
        : base(message)
    {
    }
}
