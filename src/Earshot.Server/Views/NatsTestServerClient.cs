using System.Text;
using Earshot.Server.Clients;
using Earshot.Server.Faults;

namespace Earshot;

/// <summary>One client of an in-process server: a live view and a handle for faults. Thread-safe.</summary>
public sealed class NatsTestServerClient
{
    private readonly ClientConnection _client;

    internal NatsTestServerClient(ClientConnection client, FaultyLinks links)
    {
        _client = client;
        Faults = links.Of(client);
    }

    /// <summary>The id of the connection; the client knows it from INFO.</summary>
    public long Id => _client.Id;

    /// <summary>The name it gave in CONNECT; empty before.</summary>
    public string Name => _client.Request.Name;

    /// <summary>The language of its library.</summary>
    public string Language => _client.Request.Lang;

    /// <summary>The version of its library.</summary>
    public string Version => _client.Request.Version;

    /// <summary>The user it authenticated as; empty without authentication.</summary>
    public string User => _client.User;

    /// <summary>The account; <see langword="null"/> before authentication.</summary>
    public string? Account => _client.Account?.Name;

    /// <summary>Whether its CONNECT was accepted and the connection is open.</summary>
    public bool IsConnected => _client.HasConnected && !_client.IsClosed;

    /// <summary>Why the connection ended, in the words of monitoring; empty while it is open.</summary>
    public string ClosedReason => ClosedReasonText.Of(_client.ClosedReason);

    /// <summary>The subjects it is subscribed to; those of a queue group as "subject queue".</summary>
    public IReadOnlyList<string> Subscriptions =>
        [.. _client.Subscriptions.Select(subscription => Encoding.UTF8.GetString(subscription.Subject)
            + (subscription.Queue is null ? "" : " " + Encoding.UTF8.GetString(subscription.Queue))).Order(StringComparer.Ordinal)];

    /// <summary>Messages it published.</summary>
    public long MessagesIn => _client.In.Messages;

    /// <summary>Messages routed to it.</summary>
    public long MessagesOut => _client.Out.Messages;

    /// <summary>What can be done to it.</summary>
    public NatsTestServerClientFaults Faults { get; }

    /// <summary>The id and the name.</summary>
    public override string ToString() => $"{Id} {Name}".TrimEnd();
}
