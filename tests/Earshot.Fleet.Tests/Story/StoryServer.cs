namespace Earshot.Fleet.Tests.Story;

/// <summary>A running server of a story. A restart makes another one with the same name.</summary>
internal sealed class StoryServer(string name, int run)
{
    public string Name => name;

    public string Id => $"N{name.ToUpperInvariant()}{run}";

    public ServerIdentity Identity => new(Id) { Name = Name, Cluster = "c", Version = "2.15.1" };

    /// <summary>How far its clock is ahead.</summary>
    public TimeSpan Clock { get; init; }

    public ulong LastClientId { get; set; } = 4;
}
