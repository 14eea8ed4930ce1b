using System.Text;
using Earshot.Server.Clients;
using Earshot.Server.Faults;

namespace Earshot;

/// <summary>A client of an in-process server: a view of its current state, with its faults. Thread-safe.</summary>
public sealed class NatsTestServerClient
{
    private readonly ClientConnection _client;

    internal NatsTestServerClient(ClientConnection client, FaultyLinks links)
    {
        _client = client;
        Faults = links.Of(client);
    }

    /// <summary>The id of the connection, which the client receives in INFO.</summary>
    public long Id => _client.Id;

    /// <summary>The name of the client in CONNECT; empty before CONNECT.</summary>
    public string Name => _client.Request.Name;

    /// <summary>The language of the client library in CONNECT.</summary>
    public string Language => _client.Request.Lang;

    /// <summary>The version of the client library in CONNECT.</summary>
    public string Version => _client.Request.Version;

    /// <summary>The user that the client authenticated as; empty without authentication.</summary>
    public string User => _client.User;

    /// <summary>The account of the client; <see langword="null"/> before authentication.</summary>
    public string? Account => _client.Account?.Name;

    /// <summary>Whether the client's CONNECT was accepted and the connection is open.</summary>
    public bool IsConnected => _client.HasConnected && !_client.IsClosed;

    /// <summary>The reason why the connection ended, as monitoring shows it; empty while it is open.</summary>
    public string ClosedReason => ClosedReasonText.Of(_client.ClosedReason);

    /// <summary>The subjects the client is subscribed to; with a queue group as "subject queue".</summary>
    public IReadOnlyList<string> Subscriptions =>
        [.. _client.Subscriptions.Select(subscription => Encoding.UTF8.GetString(subscription.Subject)
            + (subscription.Queue is null ? "" : " " + Encoding.UTF8.GetString(subscription.Queue))).Order(StringComparer.Ordinal)];

    /// <summary>Number of messages that the client published.</summary>
    public long MessagesIn => _client.In.Messages;

    /// <summary>Number of messages that were routed to the client.</summary>
    public long MessagesOut => _client.Out.Messages;

    /// <summary>The faults that can be injected into this client's connection.</summary>
    public NatsTestServerClientFaults Faults { get; }

    /// <summary>Returns the id and the name.</summary>
    public override string ToString() => $"{Id} {Name}".TrimEnd();
}
