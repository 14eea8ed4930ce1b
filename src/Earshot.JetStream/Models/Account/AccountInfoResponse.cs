namespace Earshot.JetStream;

/// <summary>Response with the usage and the limits of the account (<c>$JS.API.INFO</c>).</summary>
public record AccountInfoResponse : AccountStats;
