using System.Runtime.CompilerServices;

namespace Earshot.Server.JetStream;

/// <summary>Where the value of each <see cref="PublishHeader"/> is in a block: its start, 0 without one, and its length.</summary>
[InlineArray((int)PublishHeader.ScheduleNext + 1)]
internal struct HeaderPlaces
{
    private (int Start, int Length) _first;
}
