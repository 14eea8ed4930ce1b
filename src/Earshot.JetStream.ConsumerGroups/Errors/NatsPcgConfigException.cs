namespace Earshot.JetStream.ConsumerGroups;

/// <summary>
/// The exception that is thrown when the stored configuration of a consumer group cannot be used: it differs from the one to create, does not
/// allow the change, was changed while a member of a static group consumed, or cannot be read.
/// </summary>
public sealed class NatsPcgConfigException : NatsPcgException
{
    /// <summary>Initializes an exception with a message and its cause.</summary>
    /// <param name="message">The message, for people.</param>
    /// <param name="exception">The cause; null when there is none.</param>
    public NatsPcgConfigException(string message, Exception? exception = null)
        : base(message, exception)
    {
    }
}
