namespace Earshot;

/// <summary>Implemented by exceptions about a failed send operation: they report its outcome.</summary>
public interface INatsDelivery
{
    /// <summary>Not sent, rejected or unknown.</summary>
    NatsOutcome Outcome { get; }
}
