using Earshot.Lifecycle;

namespace Earshot.Client.Tests.Lifecycle.Proof;

/// <summary>An input of the specification.</summary>
/// <param name="Name">Its name in the diagram of the documentation.</param>
/// <param name="Make">The input in this state; null where it cannot occur.</param>
internal sealed record CourseInput(string Name, Func<ConnectionCourse, MachineInput?> Make)
{
    /// <summary>How long it comes after the input before; a timer comes when it is due.</summary>
    public TimeSpan Elapsed { get; init; }

    public bool Occurs(ConnectionCourse course) => Make(course) is not null;

    public ConnectionCourse Give(ConnectionCourse course) => course.Then(Make(course)!, Elapsed);

    public override string ToString() => Name;
}
