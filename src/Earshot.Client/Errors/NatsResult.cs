namespace Earshot;

/// <summary>Success, or the exception that would have been thrown: for callers to whom a failure is an ordinary answer.</summary>
public readonly struct NatsResult
{
    private readonly Exception? _error;

    /// <summary>Makes a failure.</summary>
    /// <param name="error">What went wrong.</param>
    public NatsResult(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        _error = error;
    }

    /// <summary>Success.</summary>
    public static NatsResult Default => default;

    /// <summary>True when nothing went wrong.</summary>
    public bool Success => _error is null;

    /// <summary>What went wrong.</summary>
    /// <exception cref="InvalidOperationException">Nothing did.</exception>
    public Exception Error => _error ?? throw new InvalidOperationException("There is no error: the result is a success.");

    /// <summary>A failure.</summary>
    /// <param name="error">What went wrong.</param>
    public static implicit operator NatsResult(Exception error) => new(error);
}

/// <summary>A value, or the exception that would have been thrown: for callers to whom a failure is an ordinary answer.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public readonly struct NatsResult<T>
{
    private readonly T? _value;
    private readonly Exception? _error;

    /// <summary>Makes a success.</summary>
    /// <param name="value">The value.</param>
    public NatsResult(T value) => _value = value;

    /// <summary>Makes a failure.</summary>
    /// <param name="error">What went wrong.</param>
    public NatsResult(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        _error = error;
    }

    /// <summary>True when there is a value.</summary>
    public bool Success => _error is null;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">There is none; the error is the inner exception.</exception>
    public T Value => _error is null ? _value! : throw new InvalidOperationException("There is no value: the result is an error.", _error);

    /// <summary>What went wrong.</summary>
    /// <exception cref="InvalidOperationException">Nothing did.</exception>
    public Exception Error => _error ?? throw new InvalidOperationException("There is no error: the result is a value.");

    /// <summary>A success.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator NatsResult<T>(T value) => new(value);

    /// <summary>A failure.</summary>
    /// <param name="error">What went wrong.</param>
    public static implicit operator NatsResult<T>(Exception error) => new(error);
}
