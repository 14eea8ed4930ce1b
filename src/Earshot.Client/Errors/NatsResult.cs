namespace Earshot;

/// <summary>A success, or the exception that would have been thrown, for callers to whom a failure is an ordinary result.</summary>
public readonly struct NatsResult
{
    private readonly Exception? _error;

    /// <summary>Initializes a failure with an exception.</summary>
    /// <param name="error">The exception of the failure.</param>
    public NatsResult(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        _error = error;
    }

    /// <summary>A result that is a success.</summary>
    public static NatsResult Default => default;

    /// <summary>Whether the result is a success.</summary>
    public bool Success => _error is null;

    /// <summary>The exception of the failure.</summary>
    /// <exception cref="InvalidOperationException">The result is a success.</exception>
    public Exception Error => _error ?? throw new InvalidOperationException("There is no error: the result is a success.");

    /// <summary>Converts an exception to a failure.</summary>
    /// <param name="error">The exception of the failure.</param>
    public static implicit operator NatsResult(Exception error) => new(error);
}

/// <summary>A value, or the exception that would have been thrown, for callers to whom a failure is an ordinary result.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public readonly struct NatsResult<T>
{
    private readonly T? _value;
    private readonly Exception? _error;

    /// <summary>Initializes a success with a value.</summary>
    /// <param name="value">The value of the success.</param>
    public NatsResult(T value) => _value = value;

    /// <summary>Initializes a failure with an exception.</summary>
    /// <param name="error">The exception of the failure.</param>
    public NatsResult(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        _error = error;
    }

    /// <summary>Whether the result is a success and has a value.</summary>
    public bool Success => _error is null;

    /// <summary>The value of the success.</summary>
    /// <exception cref="InvalidOperationException">The result is a failure; its exception is the inner exception.</exception>
    public T Value => _error is null ? _value! : throw new InvalidOperationException("There is no value: the result is an error.", _error);

    /// <summary>The exception of the failure.</summary>
    /// <exception cref="InvalidOperationException">The result is a success.</exception>
    public Exception Error => _error ?? throw new InvalidOperationException("There is no error: the result is a value.");

    /// <summary>Converts a value to a success.</summary>
    /// <param name="value">The value of the success.</param>
    public static implicit operator NatsResult<T>(T value) => new(value);

    /// <summary>Converts an exception to a failure.</summary>
    /// <param name="error">The exception of the failure.</param>
    public static implicit operator NatsResult<T>(Exception error) => new(error);
}
