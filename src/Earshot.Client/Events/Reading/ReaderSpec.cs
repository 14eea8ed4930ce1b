namespace Earshot.Events;

/// <summary>The options with which a reader starts.</summary>
internal readonly record struct ReaderSpec
{
    public string Name { get; init; }
    public NatsEventFilter Filter { get; init; }
    public NatsEventPosition From { get; init; }
    public NatsDispatch Dispatch { get; init; }
    /// <summary>Streams end with the life they were opened in; handlers stay for the next one.</summary>
    public bool EndsWithRun { get; init; }
}
