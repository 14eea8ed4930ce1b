namespace Earshot;

/// <summary>Implemented by exceptions about a sent message or request: they contain its outcome.</summary>
public interface INatsDelivery
{
    /// <summary>Not sent, rejected or unknown.</summary>
    NatsOutcome Outcome { get; }
}
