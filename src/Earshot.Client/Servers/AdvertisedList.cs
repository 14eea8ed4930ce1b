namespace Earshot.Servers;

/// <summary>A list of addresses, the server it came from, and how to treat it.</summary>
internal readonly record struct AdvertisedList(IReadOnlyList<string> Urls, int FromServerId, PoolOptions Options);
