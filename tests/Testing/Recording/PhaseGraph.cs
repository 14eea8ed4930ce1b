using System.Text;

namespace Earshot.Testing;

/// <summary>The transitions between the phases of a state machine that a test has made, as a Mermaid state diagram. Thread-safe.</summary>
public sealed class PhaseGraph
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<(string From, string To), SortedSet<string>> _transitions = [];

    /// <summary>Adds a transition; one that changes no phase is not shown.</summary>
    public void Add(string from, string input, string to)
    {
        if (from == to)
        {
            return;
        }

        lock (_gate)
        {
            if (!_transitions.TryGetValue((from, to), out SortedSet<string>? inputs))
            {
                _transitions.Add((from, to), inputs = new SortedSet<string>(StringComparer.Ordinal));
            }

            inputs.Add(input);
        }
    }

    /// <summary>The diagram: an arrow for each pair of phases, with the inputs that lead from one to the other.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("```mermaid\nstateDiagram-v2\n");
        lock (_gate)
        {
            foreach (((string from, string to), SortedSet<string> inputs) in _transitions)
            {
                text.Append($"    {from} --> {to}: {string.Join(", ", inputs)}\n");
            }
        }

        return text.Append("```\n").ToString();
    }
}
