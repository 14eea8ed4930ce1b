namespace Earshot.Fleet;

/// <summary>A service of an account: the user of its processes, who may ship the journals of this service only.</summary>
/// <param name="Name">The name of the service in the subjects of its journals, and the name of its user: letters, digits, <c>_</c> and <c>-</c>.</param>
public sealed record FleetService(string Name)
{
    /// <summary>The subjects of the application that the user may publish and subscribe to. Null, the default: all that begin with the name of the service.</summary>
    public IReadOnlyList<string>? Subjects { get; init; }
}
