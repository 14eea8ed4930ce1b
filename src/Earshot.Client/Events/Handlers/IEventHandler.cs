namespace Earshot.Events;

/// <summary>What the journal knows of a handler that reads it: how it is named in events, and how far it is behind.</summary>
internal interface IEventHandler
{
    string Name { get; }

    /// <summary>Events appended that it has not read.</summary>
    int Backlog { get; }
}
