namespace Earshot.Fleet;

/// <summary>What became of a client after the loss of its connection.</summary>
public enum FleetOutcome
{
    /// <summary>It is not known: there is no journal, or it does not reach that far.</summary>
    Unknown,
    /// <summary>The client was connected again, as its journal shows.</summary>
    Back,
    /// <summary>A client of the same account, user, name and address was connected within a minute; there is no journal.</summary>
    InferredBack,
    /// <summary>The client has no connection yet.</summary>
    Down,
    /// <summary>The connection was closed for good.</summary>
    Closed,
}
