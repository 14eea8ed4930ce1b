namespace Earshot.Fleet;

/// <summary>What else is noticeable in the records.</summary>
public enum FleetFindingKind
{
    /// <summary>Many more attempts to connect in a second than on average.</summary>
    Storm,
    /// <summary>A connection was lost again and again.</summary>
    Flapping,
    /// <summary>Several connections of one service read too slowly.</summary>
    SlowReaders,
    /// <summary>A server has many more connections than its share.</summary>
    Lopsided,
}
