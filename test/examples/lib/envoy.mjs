/*
 * Holds a configuration of Envoy against Envoy's own description of it, the protobuf files that the
 * package @grpc/grpc-js-xds carries: every name is a field, every value of its type, of each choice
 * one is taken, and what must be there is. It is not Envoy, which also looks at how all that goes
 * together.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import protobuf from 'protobufjs';

const folderOf = (name) => path.dirname(createRequire(import.meta.url)
    .resolve(`${name}/package.json`));
const FOLDERS = [...['envoy-api', 'xds', 'googleapis', 'protoc-gen-validate']
    .map((name) => path.join(folderOf('@grpc/grpc-js-xds'), 'deps', name)),
folderOf('protobufjs')];
const SCALARS = [
    [/^string$/, (value) => typeof value === 'string'],
    [/^bool$/, (value) => typeof value === 'boolean'],
    [/^(uint|fixed)/, (value) => Number.isInteger(value) && value >= 0],
    [/^s?(int|fixed)/, (value) => Number.isInteger(value)],
    [/^(float|double)$/, (value) => typeof value === 'number'],
];

/** The types that the files describe, and those that they name. */
export function loadTypes(files) {
    const root = new protobuf.Root();
    root.resolvePath = (origin, target) => FOLDERS.map((folder) => path.join(folder, target))
        .find((file) => protobuf.util.fs.existsSync(file)) ?? target;
    root.loadSync(files, { keepCase: true });
    return root.resolveAll();
}

/** The rules of an option, however deep: `(validate.rules)` and `(validate.required)`. */
function rules(parsed, name) {
    return (parsed ?? []).find((option) => name in option)?.[name];
}

class Check {
    constructor(root) {
        this.root = root;
        this.found = [];
    }

    say(place, what) {
        this.found.push(`${place}: ${what}`);
    }

    scalar(type, value, place) {
        const isRight = SCALARS.find(([name]) => name.test(type))?.[1](value);
        if (!isRight) {
            this.say(place, `no ${type}: ${JSON.stringify(value)}`);
        }
    }

    value(field, value, place) {
        const { resolvedType: type } = field;
        if (type instanceof protobuf.Enum) {
            if (!(value in type.values)) {
                this.say(place, `not in ${type.name}: ${value}`);
            }
        } else if (type) {
            this.message(type, value, place);
        } else {
            this.scalar(field.type, value, place);
        }
        const { string } = rules(field.parsedOptions, '(validate.rules)') ?? {};
        if (string?.min_len > String(value).length) {
            this.say(place, 'too short');
        }
    }

    /** Those of Google's own types that have a form of their own in JSON. */
    wellKnown(type, value, place) {
        if (type.fullName === '.google.protobuf.Duration') {
            if (!/^\d+(\.\d{1,9})?s$/.test(value)) {
                this.say(place, `no duration: ${value}`);
            }
        } else if (/^\.google\.protobuf\.\w+Value$/.test(type.fullName)) {
            this.scalar(type.fields.value.type, value, place);
        } else if (type.fullName === '.google.protobuf.Any') {
            const { '@type': url, ...rest } = value;
            this.message(this.root.lookupType(url.replace(/^.*\//, '')), rest, place);
        } else {
            return false;
        }
        return true;
    }

    field(field, value, place) {
        const many = rules(field.parsedOptions, '(validate.rules)')?.repeated;
        if (field.map) {
            for (const [key, one] of Object.entries(value)) {
                this.value(field, one, `${place}.${key}`);
            }
        } else if (!field.repeated) {
            this.value(field, value, place);
        } else if (!Array.isArray(value) || value.length < (many?.min_items ?? 0)) {
            this.say(place, 'not a list, or too short a one');
        } else {
            value.forEach((one, i) => this.value(field, one, `${place}[${i}]`));
        }
    }

    message(type, value, place) {
        if (this.wellKnown(type, value, place)) {
            return;
        }
        if (typeof value !== 'object' || value === null || Array.isArray(value)) {
            this.say(place, `no ${type.name}`);
            return;
        }
        for (const [name, one] of Object.entries(value)) {
            if (type.fields[name] === undefined) {
                this.say(place, `${type.name} has no ${name}`);
            } else {
                this.field(type.fields[name], one, `${place}.${name}`);
            }
        }
        this.wanted(type, value, place);
    }

    wanted(type, value, place) {
        for (const choice of type.oneofsArray) {
            const taken = choice.oneof.filter((name) => name in value);
            const isRequired = rules(choice.parsedOptions, '(validate.required)') === true;
            if (taken.length > 1 || (isRequired && taken.length === 0)) {
                this.say(place, `of ${choice.name}: ${taken.join(' and ') || 'nothing'}`);
            }
        }
        for (const field of type.fieldsArray) {
            const { message, duration, string, repeated } =
                rules(field.parsedOptions, '(validate.rules)') ?? {};
            const isWanted = message?.required || duration?.required || string?.min_len > 0
                || repeated?.min_items > 0;
            if (isWanted && !field.partOf && !(field.name in value)) {
                this.say(place, `${type.name} wants ${field.name}`);
            }
        }
    }
}

/** What is wrong with `value` as a message of the type; a list of places and reasons. */
export function faults(root, type, value) {
    const check = new Check(root);
    check.message(root.lookupType(type), value, type.split('.').pop());
    return check.found;
}
