namespace Earshot.JetStream;

/// <summary>Answer about the account.</summary>
public record AccountInfoResponse : AccountStats;
