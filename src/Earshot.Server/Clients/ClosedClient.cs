namespace Earshot.Server.Clients;

/// <summary>A client that is gone, when, and what it was subscribed to.</summary>
internal sealed record ClosedClient(ClientConnection Client, DateTimeOffset StoppedAt, IReadOnlyCollection<Subscription> Subscriptions);
