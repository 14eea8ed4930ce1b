namespace Earshot.Cli.EventTable;

/// <summary>What another client has for some kinds of events.</summary>
/// <param name="Language">The language of the client.</param>
/// <param name="Name">The names of its callbacks or events.</param>
/// <param name="Earshot">The shortest way to the same in this client.</param>
internal sealed record OtherName(string Language, string Name, string Earshot);
