namespace Earshot.Server.Clients;

/// <summary>A disconnected client, the time, and its subscriptions.</summary>
internal sealed record ClosedClient(ClientConnection Client, DateTimeOffset StoppedAt, IReadOnlyCollection<Subscription> Subscriptions);
