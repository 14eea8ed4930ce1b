namespace Earshot.Server.JetStream;

/// <summary>The time until which a consumer delivers nothing, as its configuration has it. Not safe for concurrent use.</summary>
internal sealed class ConsumerPause(Func<DateTimeOffset> clock)
{
    /// <summary>The time of the configuration, even if it has passed; default when there is none.</summary>
    public DateTimeOffset Configured { get; private set; }

    /// <summary>Until when nothing is delivered; null: it is not paused.</summary>
    public DateTimeOffset? Until => Configured != default && Configured > clock() ? Configured : null;

    public void Configure(ConsumerConfig config) => Configured = GoTime.TryParse(config.PauseUntil ?? "", out DateTimeOffset until) ? until : default;
}
