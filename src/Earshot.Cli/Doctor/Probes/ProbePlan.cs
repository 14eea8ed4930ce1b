using System.Globalization;

namespace Earshot.Cli.Doctor;

/// <summary>What is examined, and with which limits.</summary>
internal sealed record ProbePlan
{
    /// <summary>The options of the client; their URL names one server.</summary>
    public required NatsOpts Opts { get; init; }

    /// <summary>nats, tls, ws or wss.</summary>
    public required string Scheme { get; init; }

    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>How long a server may take until its first byte before other protocols are tried.</summary>
    public required TimeSpan Silence { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>The subject to publish an empty message to; null: none.</summary>
    public string? PublishSubject { get; init; }

    /// <summary>The subject to subscribe; null: none.</summary>
    public string? SubscribeSubject { get; init; }

    /// <summary>The limit of one connect or request.</summary>
    public TimeSpan Timeout => Opts.ConnectTimeout;

    /// <summary>The server as a URL without credentials.</summary>
    public string Server => string.Create(CultureInfo.InvariantCulture, $"{Scheme}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");

    public bool IsWebSocket => Scheme is "ws" or "wss";
}
