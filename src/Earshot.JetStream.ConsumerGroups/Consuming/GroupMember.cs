using Earshot.JetStream.ConsumerGroups.Partitions;

namespace Earshot.JetStream.ConsumerGroups.Consuming;

/// <summary>Which member of which group consumes, and the clock of its delays.</summary>
internal sealed record GroupMember(string Stream, string Group, string Member, TimeProvider Time)
{
    public string Key => GroupNames.Key(Stream, Group);

    /// <exception cref="ArgumentException">A name is not valid.</exception>
    public static GroupMember Of(INatsJSContext context, string stream, string group, string member)
    {
        ArgumentNullException.ThrowIfNull(context);
        GroupNames.Check(stream, group);
        GroupNames.CheckMember(member);
        return new GroupMember(stream, group, member, context.Connection.Opts?.TimeProvider ?? TimeProvider.System);
    }
}
