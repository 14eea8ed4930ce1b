namespace Earshot;

/// <summary>What exceptions have in common that are about something sent: they tell what became of it.</summary>
public interface INatsDelivery
{
    /// <summary>Not sent, rejected or unknown.</summary>
    NatsOutcome Outcome { get; }
}
