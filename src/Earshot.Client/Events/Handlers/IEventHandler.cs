namespace Earshot.Events;

/// <summary>A handler as the journal sees it: its name in events, and its lag.</summary>
internal interface IEventHandler
{
    string Name { get; }

    /// <summary>Events appended that it has not read.</summary>
    int Backlog { get; }
}
