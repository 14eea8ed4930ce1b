namespace Earshot.KeyValueStore;

/// <summary>The exception that is thrown when a key is created that exists already. The write had no effect.</summary>
public class NatsKVCreateException : NatsKVException, INatsDelivery
{
    /// <summary>Initializes an exception without the name of the key.</summary>
    public NatsKVCreateException()
        : base("The key exists already.")
    {
    }

    /// <summary>The outcome of the operation: always <see cref="NatsOutcome.Rejected"/>.</summary>
    public NatsOutcome Outcome => NatsOutcome.Rejected;
}
