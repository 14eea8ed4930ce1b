namespace Earshot.Cli.EventTable;

/// <summary>A kind of event, as the reference describes it.</summary>
/// <param name="Id">The stable number; also the id in logs.</param>
/// <param name="Kind">The name of the kind.</param>
/// <param name="Category">The heading of the reference below which it is.</param>
/// <param name="Class">L for lossless, C for coalescable; a star for kinds that are delivered only to who asks for them by name.</param>
/// <param name="Payload">The members of the event's record.</param>
/// <param name="Meaning">When the event happens.</param>
internal sealed record EventRow(int Id, string Kind, string Category, string Class, IReadOnlyList<string> Payload, string Meaning)
{
    /// <summary>The class in words.</summary>
    internal string ClassText => (Class[0] == 'L' ? "lossless" : "coalescable") + (Class.EndsWith('*') ? ", on request only" : "");
}
