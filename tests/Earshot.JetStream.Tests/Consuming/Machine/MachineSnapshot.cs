using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text;
using Earshot.JetStream.Consuming;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>
/// The fields of a pull machine as a text that is equal for machines that behave equally: times are relative to the present and rounded to
/// seconds. Left out is what no decision depends on: effects, totals and ages that only reports have, the numbers of epochs, the state of the
/// random numbers, and when closed inboxes are removed; and the times of the check for a paused or blocked consumer.
/// </summary>
internal static class MachineSnapshot
{
    private const long Rounding = TimeSpan.TicksPerSecond;
    private const long LongestSilence = 3 * TimeSpan.TicksPerSecond; // more than two heartbeats, and than the silence of an old inbox

    private static readonly HashSet<string> s_unread =
    [
        "Asked", "Delivered", "Ended", "Retired", "ReceivedBytes", "_state", "PullsInStall", "Missed", "_lastStreamSeq", "_lastConsumerSeq",
        "KnownPending", "Settings", "_closing", "Current", "Epoch", "_lastMessage", "_nextCheck",
    ];

    private static readonly ConcurrentDictionary<Type, (string Name, FieldInfo Field)[]> s_fields = new();

    public static string Of(MachineRig rig)
    {
        if (rig.Machine.IsOver)
        {
            return $"{rig.Machine.Phase} {rig.Machine.Ending} {rig.Machine.Loss} {rig.Machine.IsInboxKept} {rig.Machine.Due == PullTimes.Never}";
        }

        var text = new StringBuilder();
        Append(text, rig.Machine, rig);
        text.Append(PullInputs.CanFailToSend(rig));
        return text.ToString();
    }

    private static void Append(StringBuilder text, object part, MachineRig rig)
    {
        foreach ((string name, FieldInfo field) in s_fields.GetOrAdd(part.GetType(), FieldsOf))
        {
            AppendValue(text.Append(name).Append('='), name, field.GetValue(part), rig);
            text.Append(' ');
        }
    }

    private static void AppendValue(StringBuilder text, string name, object? value, MachineRig rig)
    {
        switch (value)
        {
            case null: text.Append('-'); break;
            case long.MaxValue: text.Append("never"); break;
            case long since when name == "_stalledSince": text.Append(since >= 0); break; // its age is only reported
            case long expiry when name is "_pullsEnd" or "Expiry": text.Append(Rounded(Math.Clamp(expiry - rig.Now, 0, TimeSpan.TicksPerSecond))); break; // silence of a second comes first
            case long sign when name is "LastSign" or "LastSeen": text.Append(Rounded(Math.Max(sign - rig.Now, -LongestSilence))); break;
            case long due when due > TimeSpan.TicksPerHour / 2: text.Append(Rounded(Math.Max(due - rig.Now, 0))); break;
            case int attempts when name == "Attempts": text.Append(attempts < 5 ? attempts : 5 + (attempts % 5)); break;
            case long received when name == "ReceivedMsgs": text.Append(Math.Min(received, rig.Machine.Settings.MaxMsgs)); break;
            case Enum or bool or long or int or uint or ulong or string: text.Append(Convert.ToString(value, CultureInfo.InvariantCulture)); break;
            case IEnumerable items:
                foreach (object item in items)
                {
                    Append(text.Append('['), item, rig);
                    text.Append(']');
                }

                break;
            default: Append(text.Append('('), value, rig); text.Append(')'); break;
        }
    }

    // What is not due yet must not look as if it were.
    private static long Rounded(long time) => (time + (time > 0 ? Rounding - 1 : 0)) / Rounding;

    private static (string Name, FieldInfo Field)[] FieldsOf(Type type) =>
    [
        .. type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(field => (Name: NameOf(field.Name), field))
            .Where(field => !s_unread.Contains(field.Name) && !IsShared(field)),
    ];

    // <Epoch>k__BackingField, <effects>P
    private static string NameOf(string field) => field[0] == '<' ? field[1..field.IndexOf('>', StringComparison.Ordinal)] : field;

    // The parts of the machine refer to its course, which is printed once.
    private static bool IsShared((string Name, FieldInfo Field) field) =>
        (field.Field.FieldType == typeof(PullCourse) && field.Field.DeclaringType != typeof(PullMachine))
        || field.Field.FieldType == typeof(List<PullEffect>);
}
